"""What the court was accepted by: forty scenarios, each with a test that is named after it.

The test whose name begins with the number (`test_a07_…`) goes the whole way of its line, or a part
of it that stands alone; `pytest -m scenario` runs all of them.
"""

_LINES = """
a filing freezes the order: every timer, the confirmation, the payout
what comes at 71:59:59 is heard, what comes at 72:00:00 is late, for both sides
both being done does not shorten the 72 hours
a silent side does not stop the hearing
two silent sides end it, and nothing else changes
of a pool with every kind of relation 17 strangers are drawn
a draw verifies, and any changed byte of it is named
a former buyer of the seller is passed over, with his code, and the next one sits
nine to nothing closes at the ninth vote, once
nine to five is final, and says so
nine to six, seven or eight: the loser may appeal, once, in time
nobody can ask one side alone
what is not sure speaks for nobody
an overturn needs a second person, reasons, checks and no open question
two votes at one moment: one count, one end
a silent seat passes on, and its vote comes too late
whoever knows a party steps aside without blame
who can not decide makes room, and there is never an eighteenth vote
a lead gains nothing when the ballot ends: it hangs, unread
ninety-nine are too few, and no panel is ever smaller
while they vote nobody learns a side, a count or a reason
a vote has its form, and stays as it was cast
a picture is shown without place, code and number; its original to nobody who judges
a report of personal data hides, stops the clocks, and gives their time back
a reviewer who was not independent is set aside by two; what was paid stays paid
whoever closes the account still reads, shows, and is decided on
a case is taken back alone before the seal, after it only with consent
an agreement moves the money to the fen, and races with the ninth vote
a refused parcel never closes the door of the court
what is new on appeal is put before the other side for 72 hours
workers that were down change no time, and draw once
a beacon that does not answer is done without, openly
nobody learns who the reviewers are, and they not who the parties are
points are the same for every side and every seat, and none for silence
three seats in twelve hours are enough
after seven days at the desk a supervisor hears of it, and nobody has won
a running case keeps its rules
the mathematics holds
standing moves when the money has, and by the last decision alone
both read the whole decision, the public nothing of persons
"""
SCENARIOS = {f"A{number:02}": title for number, title in enumerate(_LINES.strip().split("\n"), 1)}

# What its test shows only a part of, and why.
IN_PART = {"A29": "on its way back is a state of parcels; a cancelled or refunded code is shown"}
