"""What a report says of the cost of campaigns: (French, English). `sentences.say` reads it."""

from __future__ import annotations

CAMPAIGN_SENTENCES: dict[str, tuple[str, str]] = {
    "title_campaigns": ("Coût des campagnes", "Cost of campaigns"),
    "campaigns_caption": (
        "Coût des campagnes et des buts atteints, du {first} au {last}, tous les clients",
        "Cost of campaigns and of goals reached, {first} to {last}, all customers",
    ),
    "campaigns_remark": (
        "Le coût est celui de la régie. Clients et buts : parcours ouverts par un clic de la campagne, buts atteints "
        "dans les {horizon} qui suivent. C’est ce qui a suivi un clic, pas ce que la publicité a causé.",
        "The cost is the advertising platform’s. Customers and goals: journeys that a click of the campaign opened, "
        "goals reached within {horizon}. It is what followed a click, not what advertising caused.",
    ),
    "campaign": ("Campagne", "Campaign"),
    "campaign_cost": ("Coût", "Cost"),
    "campaign_clicks": ("Clics", "Clicks"),
    "campaign_goals": ("Buts atteints", "Goals reached"),
    "cost_per_goal": ("Coût par but", "Cost per goal"),
    "reason_no_campaign": ("sans nom de campagne", "no name of a campaign"),
}
