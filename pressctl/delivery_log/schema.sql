-- The embedded delivery log. A recipient of an edition has exactly one row in `delivery`; what happened to it is told by
-- rows that are only ever added. Times are seconds since 1970 (UTC).

CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- The table of legal moves, the same as delivery.MOVES; the trigger below lets nothing else happen.
CREATE TABLE move (state TEXT, move TEXT, next TEXT, PRIMARY KEY (state, move)) WITHOUT ROWID;

-- What was sent, once per edition: pieces, slots, attachments, the release as data. See edition.py.
CREATE TABLE edition (
    release TEXT NOT NULL, digest TEXT NOT NULL, document BLOB NOT NULL, added_at REAL NOT NULL,
    PRIMARY KEY (release, digest));

-- One row per `send` that got as far as planning. Its number is what a release's receipt remembers.
CREATE TABLE run (
    id INTEGER PRIMARY KEY, release TEXT NOT NULL, edition TEXT NOT NULL, live INTEGER NOT NULL,
    account TEXT NOT NULL, holder TEXT NOT NULL, started_at REAL NOT NULL, ended_at REAL);
CREATE INDEX run_release ON run (release);

CREATE TABLE delivery (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,             -- HMAC of release, edition, recipient, live: reveals nobody
    release TEXT NOT NULL, edition TEXT NOT NULL, live INTEGER NOT NULL,
    contact TEXT NOT NULL, name TEXT NOT NULL, outlet TEXT NOT NULL, list TEXT NOT NULL,
    recipient TEXT NOT NULL, address TEXT NOT NULL, channel TEXT NOT NULL, wave INTEGER NOT NULL,
    personal BLOB NOT NULL,               -- this recipient's own words, JSON
    state TEXT NOT NULL DEFAULT 'planned',
    move TEXT NOT NULL DEFAULT '',        -- the last one
    attempts INTEGER NOT NULL DEFAULT 0,  -- all of them
    counted INTEGER NOT NULL DEFAULT 0,   -- those that speak against the delivery
    account TEXT NOT NULL DEFAULT '', provider_id TEXT NOT NULL DEFAULT '',
    planned_at REAL NOT NULL, settled_at REAL, due_at REAL NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    event TEXT NOT NULL DEFAULT '',       -- what the provider reported later: delivered, bounced, complained
    run INTEGER NOT NULL,                 -- the last run that wanted it
    UNIQUE (release, edition, live, recipient));

-- Each index that a move touches is paid for twice a message; counts go by the UNIQUE one above, which no move touches.
CREATE INDEX delivery_due ON delivery (run, wave, id) WHERE state = 'planned';
CREATE INDEX delivery_again ON delivery (run, due_at, id) WHERE state IN ('deferred', 'uncertain');
CREATE INDEX delivery_claimed ON delivery (id) WHERE state = 'claimed';

-- A claim: durable before the first byte of its request leaves.
CREATE TABLE attempt (
    delivery INTEGER NOT NULL, number INTEGER NOT NULL, run INTEGER NOT NULL, account TEXT NOT NULL,
    digest BLOB NOT NULL,                 -- SHA-256 of the request: method, URL, body; in a batch of this one's message
    claimed_at REAL NOT NULL,
    batch TEXT NOT NULL DEFAULT '',       -- the same for all that leave in one request, again at its replay; '' where one leaves alone
    PRIMARY KEY (delivery, number)) WITHOUT ROWID;
CREATE INDEX attempt_batch ON attempt (batch) WHERE batch <> '';

-- What followed: the end of an attempt, a person's word, a provider's report (which has no move).
CREATE TABLE event (
    id INTEGER PRIMARY KEY, delivery INTEGER NOT NULL, attempt INTEGER NOT NULL, at REAL NOT NULL,
    move TEXT NOT NULL, evidence TEXT NOT NULL, status INTEGER NOT NULL, provider_id TEXT NOT NULL,
    reason TEXT NOT NULL, answer TEXT NOT NULL);
CREATE INDEX event_delivery ON event (delivery);

-- What all terminals on this log share about an account: when the next request may leave, and until when it is paused.
CREATE TABLE account (name TEXT PRIMARY KEY, next_at REAL NOT NULL DEFAULT 0, paused_until REAL NOT NULL DEFAULT 0) WITHOUT ROWID;

CREATE TRIGGER delivery_starts_planned BEFORE INSERT ON delivery WHEN NEW.state <> 'planned'
BEGIN SELECT RAISE(ABORT, 'illegal move: a delivery starts as planned'); END;

CREATE TRIGGER delivery_moves BEFORE UPDATE OF state, move ON delivery
WHEN NOT EXISTS (SELECT 1 FROM move WHERE state = OLD.state AND move = NEW.move AND next = NEW.state)
BEGIN SELECT RAISE(ABORT, 'illegal move'); END;

CREATE TRIGGER delivery_is_itself BEFORE UPDATE OF id, key, release, edition, live, recipient, personal ON delivery
BEGIN SELECT RAISE(ABORT, 'illegal move: what a delivery is about never changes'); END;

CREATE TRIGGER delivery_stays_uncertain BEFORE UPDATE OF state, move ON delivery WHEN OLD.move = 'replay' AND NEW.move = 'defer'
BEGIN SELECT RAISE(ABORT, 'illegal move: a replay that was not applied proves nothing of what it replays'); END;

CREATE TRIGGER delivery_counts_attempts BEFORE UPDATE OF state, attempts ON delivery
WHEN NEW.attempts <> OLD.attempts + (NEW.move IN ('claim', 'replay') AND NEW.state = 'claimed' AND OLD.state <> 'claimed')
BEGIN SELECT RAISE(ABORT, 'illegal move: each claim is one attempt'); END;

-- A finished delivery's name and address may be erased: that somebody is forgotten must not need this file rebuilt.
CREATE TRIGGER delivery_goes_where_planned BEFORE UPDATE OF name, address, channel ON delivery
WHEN OLD.state NOT IN ('accepted', 'rejected', 'withdrawn')
BEGIN SELECT RAISE(ABORT, 'illegal move: an open delivery keeps its address'); END;

CREATE TRIGGER delivery_stays BEFORE DELETE ON delivery BEGIN SELECT RAISE(ABORT, 'illegal move: deliveries stay'); END;
CREATE TRIGGER attempt_stays BEFORE DELETE ON attempt BEGIN SELECT RAISE(ABORT, 'illegal move: attempts stay'); END;
CREATE TRIGGER attempt_is_final BEFORE UPDATE ON attempt BEGIN SELECT RAISE(ABORT, 'illegal move: attempts stay'); END;
CREATE TRIGGER event_stays BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'illegal move: events stay'); END;
CREATE TRIGGER event_is_final BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'illegal move: events stay'); END;
