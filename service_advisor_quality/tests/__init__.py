from . import test_final_inspection, test_process_check, test_sampling, test_tours
