# Scores, shares of customers, shares that answered, quantiles: survey, geepack and base R. Run: make oracles
suppressPackageStartupMessages({library(survey); library(geepack)})
say <- function(name, ...) cat(name, formatC(c(...), digits = 12, format = "g"), "\n")
cat("#", R.version.string, "; survey", as.character(packageVersion("survey")),
    "; geepack", as.character(packageVersion("geepack")), "\n")
units <- read.csv("units.csv")

# -- net promoter score of scores 0 … 10 (here twice the score of 1 … 5), by customer ----------------------------
units$points <- ifelse(2 * units$score >= 9, 100, ifelse(2 * units$score <= 6, -100, 0))
answers <- svydesign(ids = ~customer, weights = ~1, data = units)
nps <- svymean(~points, answers)
say("svymean_nps", coef(nps), confint(nps, df = degf(answers)))

# -- a proportion from sums, and a share of customers --------------------------------------------------------------
bought <- svyciprop(~bought, answers, method = "beta")
say("svyciprop_bought", coef(bought), confint(bought))
met <- unique(units$customer[units$bought == 1])
# each customer counts once: Korn and Graubard's interval of a simple random sample
customers <- data.frame(customer = unique(units$customer))
customers$met <- as.numeric(customers$customer %in% met)
share <- svyciprop(~met, svydesign(ids = ~customer, weights = ~1, data = customers), method = "beta")
say("svyciprop_customers", length(met), nrow(customers), coef(share), confint(share))
say("binom_test", binom.test(13, 47)$conf.int)

# -- shares that answered: rows with a size above 1 are the silent ones -------------------------------------------
units$answered <- as.numeric(units$size <= 1)
ordered <- units[order(units$customer), ]
gap <- geeglm(answered ~ exposed, id = customer, data = ordered, corstr = "independence")
say("geeglm_answered", coef(gap)["exposed"], sqrt(vcov(gap)["exposed", "exposed"]))

# -- differences within regions, weighted by their exposed units: Welch, one unit per customer ----------------------
single <- units[!duplicated(units$customer) | units$exposed == 1, ]
single$customer <- seq_len(nrow(single))
parts <- sapply(split(single, single$region), function(own) {
  test <- t.test(own$score[own$exposed == 1], own$score[own$exposed == 0])
  c(sum(own$exposed), unname(test$estimate[1] - test$estimate[2]), test$stderr)
})
weight <- parts[1, ] / sum(parts[1, ])
say("t_test_standardised", sum(weight * parts[2, ]), sqrt(sum((weight * parts[3, ])^2)))

# -- quantiles of replicates, and a cap at a quantile ---------------------------------------------------------------
say("quantile_7", quantile(units$size, c(0.025, 0.975), type = 7))
capped <- pmin(units$size, quantile(units$size, 0.9, type = 1))
say("capped_mean", mean(capped), max(capped))
