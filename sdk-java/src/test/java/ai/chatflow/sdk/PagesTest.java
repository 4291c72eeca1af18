package ai.chatflow.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.sdk.model.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PagesTest {
  private final FakeServer server = new FakeServer();
  private final ChatFlowClient client =
      ChatFlowClient.builder().environment(FakeServer.environment(server)).maxRetries(0).build();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void itemsOfThreePagesComeOneAfterTheOther() {
    threePages();
    List<String> names = new ArrayList<>();

    for (Permission permission : client.workspaces().listPermissions(p -> p.limit(2)).autoPage()) {
      names.add(permission.name());
    }

    assertThat(names).containsExactly("a", "b", "c", "d");
    assertThat(server.requests())
        .extracting(FakeServer.Request::uri)
        .containsExactly(
            "/v1/permissions?limit=2",
            "/v1/permissions?limit=2&cursor=c%2B1",
            "/v1/permissions?limit=2&cursor=c2");
  }

  @Test
  void aStreamAsksOnlyForThePagesThatItReaches() {
    threePages();

    assertThat(client.workspaces().listPermissions().stream().limit(2).map(Permission::name))
        .containsExactly("a", "b");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void pagesComeOneAfterTheOther() {
    threePages();
    List<Integer> sizes = new ArrayList<>();

    for (Page<Permission> page : client.workspaces().listPermissions().pages()) {
      sizes.add(page.data().size());
    }

    assertThat(sizes).containsExactly(2, 1, 1);
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void pagesCanBeTurnedByHand() {
    threePages();
    Page<Permission> first = client.workspaces().listPermissions();
    Page<Permission> last = first.nextPage().nextPage();

    assertThat(first.hasMore()).isTrue();
    assertThat(first.nextCursor()).contains("c+1");
    assertThat(last.data()).extracting(Permission::name).containsExactly("d");
    assertThat(last.hasMore()).isFalse();
    assertThatThrownBy(last::nextPage).isInstanceOf(NoSuchElementException.class);
  }

  private void threePages() {
    server
        .answer(200, page("\"c+1\"", "a", "b"))
        .answer(200, page("\"c2\"", "c"))
        .answer(200, page("null", "d"));
  }

  static String page(String cursor, String... names) {
    List<String> items = new ArrayList<>();
    for (String name : names) {
      items.add("{\"object\":\"permission\",\"name\":\"" + name + "\",\"description\":\"D\"}");
    }
    return """
    {"object": "list", "data": [%s], "has_more": %s, "next_cursor": %s}
    """
        .formatted(String.join(",", items), !cursor.equals("null"), cursor);
  }
}
