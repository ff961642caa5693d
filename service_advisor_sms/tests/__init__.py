from . import test_sms_proposal
