# What R says about power: one row per design. Run: make oracles
say <- function(name, ...) cat(name, formatC(c(...), digits = 12, format = "g"), "\n")
cat("#", R.version.string, "; stats\n")

# Two arms of n, sd 1, both tails counted: the power, and the difference found with 80 %.
for (n in c(12, 50, 400)) {
  say(paste0("power_t_test_", n), power.t.test(n = n, delta = 0.3, sd = 1, strict = TRUE)$power)
  found <- power.t.test(n = n, power = 0.8, sd = 1, strict = TRUE, tol = 1e-12)
  say(paste0("power_t_test_delta_", n), found$delta)
}
# Shares, 0.20 against 0.25, customers per arm for 80 %: the critical value comes from the pooled share.
say("power_prop_test_n", power.prop.test(p1 = 0.20, p2 = 0.25, power = 0.8, tol = 1e-12)$n)
