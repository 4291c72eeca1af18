package ai.chatflow.operations;

import ai.chatflow.platform.Platform;
import ai.chatflow.platform.lanes.HousekeepingJob;
import java.time.Duration;
import java.util.List;

/// Wires operations. Features register their kinds of work with the service.
public final class OperationsModule {
  private final OperationService operations;
  private final List<Object> resources;

  private OperationsModule(Platform platform) {
    var works = new LongWorks();
    this.operations = new OperationService(platform, works);
    this.resources = List.of(new OperationResource(operations, platform.pages()));
    platform.lanes().register(new OperationLane(platform, works, operations));
  }

  public static OperationsModule wire(Platform platform) {
    return new OperationsModule(platform);
  }

  public OperationService operations() {
    return operations;
  }

  public List<Object> resources() {
    return resources;
  }

  /// What has finished is kept for 30 days.
  public List<HousekeepingJob> housekeeping() {
    return List.of(
        new HousekeepingJob(
            "expire-operations",
            Duration.ofHours(1),
            tx ->
                tx.handle()
                    .execute(
                        """
                        delete from operation
                        where finished_at < now() - interval '30 days'
                        """)));
  }
}
