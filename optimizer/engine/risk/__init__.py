"""Risk of an allocation: covariance, historical scenarios, and the measures that a plan is shown with."""
