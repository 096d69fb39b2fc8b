"""What online-fdr 1.0.0 (PyPI) says of six batches: run it where that is installed, and keep what it prints."""

import json

import numpy as np
from online_fdr.p_values.batching.bh import BatchBH

random = np.random.default_rng(11)
procedure = BatchBH(alpha=0.10)
for size in (8, 3, 12, 5, 20, 1):
    p = np.round(random.random(size) ** 3, 4)
    found = procedure.test_batch(list(p))
    print(json.dumps({"p": p.tolist(), "found": [bool(one) for one in found], "level": float(procedure.alpha_s[-1])}))
