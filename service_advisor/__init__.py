from . import controllers
from . import models
from . import wizards
from .hooks import create_workshop_operations
