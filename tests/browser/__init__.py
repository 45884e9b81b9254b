"""The pages on this machine in a real browser: Chromium driven by Playwright, accessibility judged by axe-core."""
