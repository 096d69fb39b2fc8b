"""The product's vocabulary, fixed once: (French, English)."""

# fmt: off
TERMS: dict[str, tuple[str, str]] = {
    "journey": ("parcours client", "journey"),
    "stage": ("étape", "stage"),
    "touchpoint": ("point de contact", "touchpoint"),
    "channel": ("canal", "channel"),
    "pain_point": ("irritant", "pain point"),
    "friction_point": ("point de friction", "pain point"),
    "moment_of_truth": ("moment de vérité", "moment of truth"),
    "current_state_map": ("carte état actuel", "current-state map"),
    "day_in_the_life_map": ("carte du quotidien", "day-in-the-life map"),
    "future_state_map": ("carte axée sur le futur", "future-state map"),
    "planned_map": ("carte planifiée", "planned map"),
    "average_order_value": ("panier moyen", "average order value"),
    "abandonment_rate": ("taux d’abandon", "abandonment rate"),
    "retention_rate": ("taux de rétention", "retention rate"),
    "customer_effort": ("effort client", "customer effort"),
    "confidence_interval": ("intervalle de confiance", "confidence interval"),
    "false_discovery_rate": ("taux de fausses découvertes", "false discovery rate"),
    "partner": ("prestataire, partenaire", "partner"),
}
# fmt: on
