# What independent software says about the data sets beside this file. Run: make oracles
suppressPackageStartupMessages({library(survey); library(sandwich)})
say <- function(name, ...) cat(name, formatC(c(...), digits = 12, format = "g"), "\n")
cat("#", R.version.string, "; survey", as.character(packageVersion("survey")),
    "; sandwich", as.character(packageVersion("sandwich")), "\n")

# -- proportions and ratios: survey --------------------------------------------------------------------------
clusters <- read.csv("clusters.csv")
visits <- clusters[rep(seq_len(nrow(clusters)), clusters$visits), c("customer", "moved")]
visits$nth <- ave(visits$customer, visits$customer, FUN = seq_along)
visits$moved <- as.numeric(visits$nth <= visits$moved)
by_visit <- svydesign(ids = ~customer, weights = ~1, data = visits)
share <- svyciprop(~moved, by_visit, method = "beta")
say("svyciprop_beta", coef(share), confint(share), attr(share, "var"))
one_each <- svydesign(ids = ~customer, weights = ~1, data = clusters)
jackknife <- as.svrepdesign(one_each, type = "JK1", mse = TRUE)
say("svyratio_jackknife", coef(svyratio(~moved, ~visits, jackknife)), vcov(svyratio(~moved, ~visits, jackknife)))
money <- svyratio(~money, ~visits, one_each)
say("svyratio_money", coef(money), confint(money, df = degf(one_each)))

# -- quartiles: survey ---------------------------------------------------------------------------------------
days <- svydesign(ids = ~customer, weights = ~1, data = read.csv("days.csv"))
found <- svyquantile(~days, days, c(0.25, 0.5, 0.75), interval.type = "beta", qrule = "math")$days
say("svyquantile", found[, 1], found[2, 2:3])

# -- differences: sandwich, every customer in both arms ---------------------------------------------------------
units <- read.csv("units.csv")
units$superior <- NA
for (outcome in c("score", "bought")) {
  fit <- lm(reformulate("exposed", outcome), units)
  variance <- vcovCL(fit, cluster = units$customer, type = "HC0", cadjust = TRUE)
  say(paste0("vcovCL_", outcome), coef(fit)["exposed"], sqrt(variance["exposed", "exposed"]))
}

# -- doubly robust, no cross-fitting, no penalty: glm, lm and a weighted survey mean ------------------------------
for (outcome in c("score", "bought")) {
  chance <- fitted(glm(exposed ~ size + region, binomial, units, control = list(epsilon = 1e-14)))
  control <- units[units$exposed == 0, ]
  model <- if (outcome == "score") lm(score ~ size + region, control) else
    glm(bought ~ size + region, binomial, control, control = list(epsilon = 1e-14))
  units$residual <- units[[outcome]] - predict(model, units, type = "response")
  units$odds <- ifelse(units$exposed == 1, 1, chance / (1 - chance))
  limit <- min(0.95, max(chance[units$exposed == 0]))
  kept <- units[chance <= limit, ]
  say(paste0("overlap_", outcome), mean(chance[units$exposed == 1] <= limit), sum(units$exposed == 1 & chance > limit))
  fit <- lm(residual ~ exposed, kept, weights = odds)
  # influence of each unit: its weighted residual, and for comparison units what they add through the model's coefficients
  share <- kept$odds / ave(kept$odds, kept$exposed, FUN = sum)
  score <- share * (kept$residual - ave(kept$odds * kept$residual, kept$exposed, FUN = sum) / ave(kept$odds, kept$exposed, FUN = sum))
  terms <- model.matrix(~ size + region, kept)
  expected <- predict(model, kept, type = "response")
  slope <- if (outcome == "score") 1 else expected * (1 - expected)
  moves <- colSums((2 * kept$exposed - 1) * share * slope * terms)
  through <- estfun(model) %*% (bread(model) / nrow(control)) %*% moves
  is_other <- kept$exposed == 0
  score[is_other] <- score[is_other] + through[match(rownames(kept)[is_other], rownames(control))]
  of_customer <- function(arm) tapply(ifelse(kept$exposed == arm, score, 0), kept$customer, sum)
  count <- function(rows) length(unique(kept$customer[rows]))
  factor <- sapply(c(count(!is_other), count(is_other), count(TRUE)), function(n) n / (n - 1))
  variance <- factor[1] * sum(of_customer(1)^2) + factor[2] * sum(of_customer(0)^2) -
    2 * factor[3] * sum(of_customer(1) * of_customer(0))
  say(paste0("estfun_aipw_", outcome), coef(fit)["exposed"], sqrt(variance))
}
say("p_adjust_BH", p.adjust(c(0.001, 0.02, 0.04, 0.3, 0.9, 0.0005, 0.04), "BH"))
