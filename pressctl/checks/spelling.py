"""A word is misspelled: recieve, goverment.

A short list of the commonest errors in English; words with a capital inside a sentence are left alone. It is no dictionary.
Source: the errors that every list of common misspellings has.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STY326"
LEVEL: Level = "warning"
FIX = "proposed"
BAD = ("The ⟦goverment⟧ meets.", "They will ⟦recieve⟧ it.")
GOOD = ("The government meets.", "Ana Goverment spoke.", "language: es\n---\nEl acomodo es bueno.")
_PAIRS = """accomodate accommodate acheive achieve accross across adress address agressive aggressive alot a-lot apparant apparent arguement
argument assasination assassination basicly basically becuase because beleive believe begining beginning buisness business calender calendar
catagory category cemetary cemetery collegue colleague comming coming comittee committee commitee committee comission commission completly
completely concensus consensus consistant consistent definately definitely definatly definitely dependant dependent desparate desperate
developement development dissapoint disappoint dissapear disappear embarass embarrass enviroment environment existance existence experiance
experience familar familiar finaly finally foriegn foreign fourty forty freind friend goverment government govermental governmental
gaurd guard happend happened harrass harass harrassment harassment humerous humorous immediatly immediately independant independent
independance independence inteligence intelligence interupt interrupt irresistable irresistible knowlege knowledge liason liaison libary
library lisence license maintainance maintenance managment management millenium millennium millenia millennia mispell misspell neccessary
necessary necesary necessary nieghbor neighbor noticable noticeable occassion occasion occassionally occasionally occured occurred
occurence occurrence occurrance occurrence offical official oppurtunity opportunity parliment parliament particuler particular
perminent permanent persistant persistent peice piece posession possession potatos potatoes prefered preferred presance presence priviledge
privilege probaly probably profesional professional publically publicly recieve receive recieved received recomend recommend
refering referring relevent relevant religous religious remeber remember resistence resistance responsability responsibility seige siege
sence sense seperate separate seperately separately seperation separation sieze seize similiar similar sincerly sincerely sucess success
succesful successful successfull successful suprise surprise supress suppress tatoo tattoo teh the tendancy tendency thier their threshhold
threshold tommorow tomorrow tommorrow tomorrow tounge tongue truely truly unforseen unforeseen unfortunatly unfortunately untill until
wether whether wich which wierd weird writting writing whereever wherever imigrant immigrant imigration immigration immigraton immigration
deportaion deportation detainment detention attorny attorney commisioner commissioner councillman councilman resoluton resolution
enforcment enforcement goverment’s government’s judgement judgment acknowledgement acknowledgment cancelation cancellation"""
_WORDS = _PAIRS.split()
_RIGHT = {wrong: right.replace("-", " ") for wrong, right in zip(_WORDS[::2], _WORDS[1::2], strict=True) if wrong not in ("detainment",)}


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.language != "en":
        return
    for wrong in _RIGHT.keys() & text.vocabulary.keys():
        right = _RIGHT[wrong]
        for start in text.vocabulary[wrong]:
            if text.source[start].islower():
                yield Found(start, start + len(wrong), f"`{wrong}` is misspelled", f"write `{right}`", right)
