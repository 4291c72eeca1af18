package ai.chatflow.platform.lanes;

import ai.chatflow.platform.db.SystemTx;
import java.time.Duration;
import java.util.function.Consumer;

/// Recurring work of the installation, for example making next month's partitions. `work` runs in
/// one transaction, on one node, about every `period`, and must not mind to run again.
public record HousekeepingJob(String name, Duration period, Consumer<SystemTx> work) {
  public HousekeepingJob {
    if (!period.isPositive()) {
      throw new IllegalArgumentException("period must be positive");
    }
  }
}
