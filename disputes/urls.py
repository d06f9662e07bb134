"""Addresses of cases, of reviewers and of the court's public pages."""

from django.urls import path

from disputes.views import agreement, answers, cases, exhibits, files, jurors, public, steps

_case = "cases/<uuid:pk>"
_seat = "court/seat/<uuid:pk>"

urlpatterns = [
    path("orders/<uuid:pk>/case/", cases.case_file, name="case_file"),
    path("cases/", cases.case_list, name="cases"),
    path(f"{_case}/", cases.case_page, name="case"),
    path(f"{_case}/verdict/", cases.case_verdict, name="case_verdict"),
    path(f"{_case}/pack/", files.case_pack, name="case_pack"),
    path(f"{_case}/compare/", exhibits.case_compare, name="case_compare"),
    path(f"{_case}/evidence/", exhibits.case_show, name="case_show"),
    path(f"{_case}/evidence/<uuid:exhibit>/cover/", exhibits.case_mask, name="case_mask"),
    path(
        f"{_case}/evidence/<uuid:exhibit>/confirm/",
        exhibits.case_copy_confirm,
        name="case_copy_confirm",
    ),
    path(f"{_case}/exhibits/<uuid:exhibit>.webp", files.exhibit_copy, name="exhibit_copy"),
    path(f"{_case}/exhibits/<uuid:exhibit>/own/", files.exhibit_own, name="exhibit_own"),
    path(f"{_case}/words/", steps.case_words, name="case_words"),
    path(f"{_case}/demand/", steps.case_demand, name="case_demand"),
    path(f"{_case}/withdraw/", steps.case_withdraw, name="case_withdraw"),
    path(f"{_case}/settle/", agreement.case_settle, name="case_settle"),
    path(f"{_case}/settle/<uuid:offer>/", agreement.case_offer, name="case_offer"),
    path(f"{_case}/concede/", agreement.case_concede, name="case_concede"),
    path(f"{_case}/accept/", steps.case_accept, name="case_accept"),
    path(f"{_case}/appeal/", steps.case_appeal, name="case_appeal"),
    path(f"{_case}/petition/", steps.case_petition, name="case_petition"),
    path(f"{_case}/requests/<uuid:request_pk>/", answers.case_answer, name="case_answer"),
    path("court/", public.court, name="court"),
    path("court/verdicts/", public.verdicts, name="court_verdicts"),
    path("court/cases/<uuid:pk>/", public.verdict, name="court_case"),
    path("court/draw/<uuid:pk>/", public.draw, name="court_draw"),
    path("court/statistics/", public.statistics, name="court_statistics"),
    path("court/duty/", jurors.duty, name="duty"),
    path("court/duty/join/", jurors.join, name="duty_join"),
    path("court/duty/pause/", jurors.pause, name="duty_pause"),
    path("court/practice/", jurors.practice_list, name="practice"),
    path("court/practice/<slug:slug>/", jurors.practice_case, name="practice_case"),
    path(f"{_seat}/", jurors.seat, name="seat"),
    path(f"{_seat}/compare/", jurors.seat_compare, name="seat_compare"),
    path(f"{_seat}/open/", jurors.seat_open, name="seat_open"),
    path(f"{_seat}/vote/", jurors.seat_vote, name="seat_vote"),
    path(f"{_seat}/recuse/", jurors.seat_recuse, name="seat_recuse"),
    path(f"{_seat}/flag/<uuid:exhibit>/", jurors.seat_flag, name="seat_flag"),
    path(f"{_seat}/exhibits/<uuid:exhibit>.webp", files.seat_copy, name="seat_copy"),
]
