"""The paper's Motion Alignment Score computed independently of the package."""

import math

import numpy as np


def by_the_paper(predicted, target):
    """The paper's formulas once more, in NumPy and float64: score, score without static rule, terms."""
    height, width = target.shape[:2]
    predicted, target = (np.float64(flow) / math.hypot(height, width) for flow in (predicted, target))
    m_target = np.linalg.norm(target, axis=-1)
    weight = np.where(m_target > 0.002, m_target / (m_target.max() + 1e-6), 0)

    def distance(flow):
        d_mag = np.mean((np.abs(flow - target).sum(-1) + 1e-6) ** 0.4)
        product = np.linalg.norm(flow, axis=-1) * m_target
        cos = np.divide((flow * target).sum(-1), product, out=np.zeros_like(product), where=product > 0)
        d_dir = (weight * (1 - cos) / 2).sum() / (weight.sum() + 1e-6)
        return d_mag, d_dir, 0.7 * d_mag + 0.3 * d_dir

    d_min = distance(target)[2]
    d_mag, d_dir, d_ovl = distance(predicted)
    unruled = 100 * (1 - np.clip((d_ovl - d_min) / (1 - d_min), 0, 1))
    static = np.linalg.norm(predicted, axis=-1).mean() / m_target.mean() < 0.01
    return (0.0 if static else unruled), unruled, d_mag, d_dir
