"""Sign-in: who may begin a session, how long it lasts, and what a person must do before anything opens."""
