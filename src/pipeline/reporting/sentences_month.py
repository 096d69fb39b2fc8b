"""What a report says of the last month beside the one before: (French, English). `sentences.say` reads it."""

from __future__ import annotations

MONTH_SENTENCES: dict[str, tuple[str, str]] = {
    "title_month": ("Depuis le mois précédent", "Since the month before"),
    "month_none": (
        "Rien à comparer encore : il faut deux mois entiers de suite, chacun suivi jusqu’au bout de l’horizon.",
        "Nothing to compare yet: it takes two full months in a row, each followed to the end of the horizon.",
    ),
    "month_not_judged": (
        "Ce mois n’est pas encore jugé : la commande « parcours compare » l’inscrit au registre ledger.csv, qui "
        "seul décide de ce qui a bougé.",
        "This month has not been judged yet: the command “parcours compare” enters it in ledger.csv, which alone "
        "decides what has moved.",
    ),
    "month_lead": (
        "Mois entiers à maturité égale, {level} de fausses découvertes au plus sur tous les regards, passés et à "
        "venir. Ont bougé : {moved}. Sans mouvement démontré : {quiet}. Changés par définition : {defined}. "
        "Changés par les données : {restated}.",
        "Full months of equal maturity, at most {level} of false discoveries over all looks, past and to come. "
        "Moved: {moved}. Not shown to have moved: {quiet}. Changed by definition: {defined}. Changed by data: "
        "{restated}.",
    ),
    "month_caption": ("Un mois et le précédent", "A month and the one before"),
    "month_remark": (
        "« Sans mouvement démontré » ne veut pas dire stable : l’intervalle dit ce qui reste possible. Les clients "
        "vus les deux mois sont comptés comme tels. Mélange : part du changement qui vient du poids des personas ; "
        "taux : part qui vient de l’intérieur des personas. Par définition : le même mois, compté autrement depuis "
        "qu’une déclaration a changé. Par les données : le même mois, la même définition, d’autres lignes brutes. "
        "Les transitions sans mouvement démontré ne sont pas listées.",
        "“Not shown to have moved” does not mean stable: the interval says what is still possible. Customers seen "
        "in both months are counted as such. Mix: the part of a change that comes from the weights of personas; "
        "rate: the part from inside personas. By definition: the same month, counted otherwise since a declaration "
        "changed. By data: the same month, the same definition, other raw rows. Transitions not shown to have "
        "moved are not listed.",
    ),
    "control_quiet": (
        "Carte de contrôle : sur {months} points, aucun hors de ses limites. Si rien ne change, {rate} de telles "
        "cartes au plus en montrent un.",
        "Control chart: of {months} points none lies outside its limits. If nothing changes, at most {rate} of such "
        "charts show any.",
    ),
    "control_alarms": (
        "Carte de contrôle : sur {months} points, hors de leurs limites : {n}. Si rien ne change, {rate} de telles "
        "cartes au plus en montrent un. Une alerte appelle une explication ; seul le registre dit ce qui a bougé d’un "
        "mois à l’autre.",
        "Control chart: of {months} points, outside their limits: {n}. If nothing changes, at most {rate} of such "
        "charts show any. An alarm asks for an explanation; what moved from one month to the next is said by the "
        "ledger alone.",
    ),
    "control_alarm": (
        "{name}, {month} : {value} ; limites {limits}, {n} clients",
        "{name}, {month}: {value}; limits {limits}, {n} customers",
    ),
    "month_number": ("Chiffre", "Number"),
    "month_verdict": ("Constat", "Finding"),
    "month_months": ("Mois", "Months"),
    "month_before": ("Avant", "Before"),
    "month_after": ("Après", "After"),
    "month_change": ("Écart", "Change"),
    "month_same": ("même mois", "same month"),
    "month_split": ("Mélange / taux", "Mix / rate"),
    "month_moved": ("a bougé", "moved"),
    "month_not_shown": ("sans mouvement démontré", "not shown to have moved"),
    "month_definition": ("changé par définition", "changed by definition"),
    "month_data": ("changé par les données", "changed by data"),
}
