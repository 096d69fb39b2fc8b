# What independent software says about ratios of means in units.csv. Run: make oracles
suppressPackageStartupMessages(library(survey))
say <- function(name, ...) cat(name, formatC(c(...), digits = 12, format = "g"), "\n")
cat("#", R.version.string, "; survey", as.character(packageVersion("survey")), "\n")

units <- read.csv("units.csv")
units$spent <- exp(units$size + units$bought)  # skewed, positive
units$spent[units$score == 1] <- 0
design <- svydesign(ids = ~customer, weights = ~1, data = units)
for (outcome in c("spent", "score")) {
  fit <- svyglm(reformulate("exposed", outcome), design, family = quasipoisson, control = list(epsilon = 1e-14))
  say(paste0("svyglm_log_", outcome), coef(fit)["exposed"], sqrt(vcov(fit)["exposed", "exposed"]))
}
