package ai.chatflow.app.embedded;

/// The main process of a PostgreSQL that runs, and the loopback port on which it answers.
record RunningPostmaster(OsProcess process, int port) {}
