package ai.chatflow.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.testing.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class BinaryArraysTest {
  private static final UUID ID = UUID.fromString("0192f5a0-7b1c-7def-8a3b-ffeeddccbbaa");

  @AutoClose private static final TestDatabase DATABASE = TestDatabase.create();

  private final WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());

  @Test
  void idsArriveAsTheyAreWithWhatIsMissing() {
    assertThat(echoed(UUID.class, ID, null, new UUID(0, 0), new UUID(-1, -1)))
        .containsExactly(
            ID.toString(),
            null,
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff");
    assertThat(echoed(MessageId.class, new MessageId(ID), null))
        .containsExactly(ID.toString(), null);
  }

  @Test
  void instantsArriveToTheMicrosecondBeforeAndAfter2000() {
    assertThat(
            echoed(
                Instant.class,
                Instant.parse("2026-11-23T12:34:56.789012Z"),
                null,
                Instant.parse("1969-12-31T23:59:59.999999Z"),
                Instant.parse("2000-01-01T00:00:00Z"),
                Instant.parse("9999-12-31T23:59:59Z")))
        .containsExactly(
            "2026-11-23 12:34:56.789012+00",
            null,
            "1969-12-31 23:59:59.999999+00",
            "2000-01-01 00:00:00+00",
            "9999-12-31 23:59:59+00");
  }

  @Test
  void nothingIsAnEmptyArray() {
    assertThat(echoed(UUID.class)).isEmpty();
    assertThat(echoed(Instant.class)).isEmpty();
    assertThat(echoed(MessageId.class)).isEmpty();
  }

  /// How PostgreSQL writes the elements of an array that it was given.
  private List<String> echoed(Class<?> type, Object... elements) {
    return DATABASE
        .db()
        .inTransaction(
            workspace,
            tx ->
                tx.handle()
                    .createQuery(
                        "select e::text from unnest(:given) with ordinality as n (e, turn)")
                    .bindArray("given", type, elements)
                    .mapTo(String.class)
                    .list());
  }
}
