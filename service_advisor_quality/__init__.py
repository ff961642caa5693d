from . import controllers
from . import models
from . import wizards
from . import models, wizards
from . import controllers, models, wizards
