"""The simulated provider: serves OpenAI's format without a model, and counts what it served."""

from podium.adapters.simulator.config import SimulatorConfig, Steering
from podium.adapters.simulator.count import Count, SimRecord, Totals, read_records
from podium.adapters.simulator.provider import SimulatedProvider, faults_of, serve, simulated_provider

__all__ = [
    "Count",
    "SimRecord",
    "SimulatedProvider",
    "SimulatorConfig",
    "Steering",
    "Totals",
    "faults_of",
    "read_records",
    "serve",
    "simulated_provider",
]
