"""Simulated servers that speak the real protocols, for a first look with no hardware."""

from hall.demo.scenes import SCENES, Scene, history
from hall.demo.server import SimulatedServer
from hall.demo.stage import demo_config, simulated_servers

__all__ = ["SCENES", "Scene", "SimulatedServer", "demo_config", "history", "simulated_servers"]
