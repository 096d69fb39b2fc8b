# What independent software says about tests of hypotheses, on the data sets beside this file. Run: make oracles
suppressPackageStartupMessages({library(survey); library(sandwich); library(geepack)})
say <- function(name, ...) cat(name, formatC(c(...), digits = 12, format = "g"), "\n")
cat("#", R.version.string, "; survey", as.character(packageVersion("survey")),
    "; geepack", as.character(packageVersion("geepack")), "\n")
units <- read.csv("units.csv")

# -- few units: Fisher's test, and Mantel and Haenszel's exact test over strata ---------------------------------
few <- units[!duplicated(units$customer, fromLast = TRUE), ]
few$event <- as.numeric(few$customer %% 11 == 0 | (few$exposed == 1 & few$customer %% 5 == 0))
table_of <- table(factor(few$exposed, 1:0), factor(few$event, 1:0))
tail_of <- function(test, ...) 2 * min(test(..., alternative = "greater")$p.value, test(..., alternative = "less")$p.value)
say("fisher_exact", tail_of(fisher.test, table_of), fisher.test(table_of)$conf.int)
by_region <- table(factor(few$exposed, 1:0), factor(few$event, 1:0), few$region)
by_region <- by_region[, , apply(by_region, 3, function(one) all(rowSums(one) > 0))]
exactly <- function(...) mantelhaen.test(by_region, exact = TRUE, ...)
say("mantelhaen_exact", tail_of(exactly), exactly()$conf.int)

# -- arms of a draw, and the family -----------------------------------------------------------------------------
say("chisq_sample_ratio", chisq.test(c(5210, 4790), p = c(0.5, 0.5))$p.value)
say("p_adjust_BY", p.adjust(c(0.001, 0.02, 0.04, 0.3, 0.9, 0.0005, 0.04), "BY"))

# -- differences, every customer in both arms: generalised estimating equations, independence ---------------------
for (outcome in c("score", "bought")) {
  fit <- geeglm(reformulate("exposed", outcome), data = units, id = customer, corstr = "independence")
  say(paste0("geeglm_", outcome), coef(fit)["exposed"], summary(fit)$coefficients["exposed", "Std.err"])
}

# -- selected respondents: Lee's bounds with a delete-one-customer jackknife, Imbens and Manski's interval ---------
row <- seq_len(nrow(units))
units$answer <- ifelse((units$exposed == 1 & row %% 7 == 0) | (units$exposed == 0 & row %% 3 == 0), NA, units$score)
tail_mean <- function(values, share) {   # the lowest share, a tie at the edge in part
  kept <- pmin(pmax(share * length(values) - (seq_along(values) - 1), 0), 1)
  sum(sort(values) * kept) / sum(kept)
}
lee <- function(data) {
  answered <- tapply(!is.na(data$answer), data$exposed, mean)
  ours <- na.omit(data$answer[data$exposed == 1]); theirs <- na.omit(data$answer[data$exposed == 0])
  share <- min(answered) / max(answered)
  if (answered["1"] >= answered["0"])
    c(tail_mean(ours, share), -tail_mean(-ours, share)) - mean(theirs)
  else mean(ours) - c(-tail_mean(-theirs, share), tail_mean(theirs, share))
}
bounds <- lee(units)
customers <- unique(units$customer)
without <- sapply(customers, function(one) lee(units[units$customer != one, ]))
errors <- sqrt((length(customers) - 1) / length(customers) * rowSums((without - bounds)^2))
degrees <- length(customers) - 1
reach <- uniroot(function(reach) pt(reach + diff(bounds) / max(errors), degrees) - pt(-reach, degrees) - 0.95,
                 c(0, 50), tol = 1e-14)$root
say("lee_bounds", bounds, errors)
say("imbens_manski", bounds[1] - reach * errors[1], bounds[2] + reach * errors[2])

# -- weights that make others look like the exposed: odds of a logistic regression ---------------------------------
chance <- fitted(glm(exposed ~ size + region, binomial, units, control = list(epsilon = 1e-14)))
kept <- chance <= min(0.95, max(chance[units$exposed == 0]))
odds <- (chance / (1 - chance))[units$exposed == 0 & kept]
say("glm_odds", sum(odds), max(odds), sum(odds)^2 / sum(odds^2))
