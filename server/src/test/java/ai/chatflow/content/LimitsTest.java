package ai.chatflow.content;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.ButtonsContent;
import ai.chatflow.api.model.ContactCard;
import ai.chatflow.api.model.ContactCardName;
import ai.chatflow.api.model.ContactsContent;
import ai.chatflow.api.model.CtaUrlContent;
import ai.chatflow.api.model.DocumentContent;
import ai.chatflow.api.model.ImageContent;
import ai.chatflow.api.model.ListContent;
import ai.chatflow.api.model.ListRow;
import ai.chatflow.api.model.ListSection;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.ReplyButton;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.api.model.VideoContent;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Each limit of a channel: what keeps it is accepted, what is one beyond it is refused, and the
/// refusal names the place and the number.
class LimitsTest {
  private static final Capabilities CAN = Capabilities.whatsApp();

  /// As Telegram does.
  private static final Capabilities COUNTS_BYTES =
      new Capabilities(
          CAN.sendable(),
          CAN.text(),
          CAN.caption(),
          CAN.heading(),
          CAN.buttons(),
          CAN.list(),
          CAN.cta(),
          64,
          CAN.contactCards(),
          null);

  private static final URI LINK = URI.create("https://a.example/b");

  /// @param name as in `Capabilities`
  /// @param content made as long, or of as many, as is said
  /// @param can what has the limit
  private record Limit(
      String name,
      int most,
      String pointer,
      IntFunction<MessageContent> content,
      Capabilities can) {
    private Limit(String name, int most, String pointer, IntFunction<MessageContent> content) {
      this(name, most, pointer, content, CAN);
    }
  }

  private static List<Limit> limits() {
    var buttons = CAN.buttons();
    var list = CAN.list();
    return List.of(
        new Limit("text", CAN.text(), "/text", n -> new TextContent(null, letters(n), null)),
        new Limit(
            "caption",
            CAN.caption(),
            "/caption",
            n -> ImageContent.builder().url(LINK).caption(letters(n)).build()),
        new Limit(
            "caption",
            CAN.caption(),
            "/caption",
            n -> VideoContent.builder().url(LINK).caption(letters(n)).build()),
        new Limit(
            "caption",
            CAN.caption(),
            "/caption",
            n -> DocumentContent.builder().url(LINK).caption(letters(n)).build()),
        new Limit("heading", CAN.heading(), "/header", n -> buttons().header(letters(n)).build()),
        new Limit("heading", CAN.heading(), "/footer", n -> list().footer(letters(n)).build()),
        new Limit("heading", CAN.heading(), "/header", n -> cta().header(letters(n)).build()),
        new Limit(
            "idBytes",
            COUNTS_BYTES.idBytes(),
            "/buttons/0/id",
            n -> buttons().buttons(List.of(new ReplyButton(bytes(n), "A"))).build(),
            COUNTS_BYTES),
        new Limit(
            "idBytes",
            COUNTS_BYTES.idBytes(),
            "/sections/0/rows/0/id",
            n -> listOf(section("A", List.of(new ListRow(bytes(n), "A", null)))),
            COUNTS_BYTES),
        new Limit("contactCards", CAN.contactCards(), "/contacts", LimitsTest::cards),
        new Limit("buttons.body", buttons.body(), "/text", n -> buttons().text(letters(n)).build()),
        new Limit("buttons.count", buttons.count(), "/buttons", LimitsTest::manyButtons),
        new Limit(
            "buttons.title",
            buttons.title(),
            "/buttons/0/title",
            n -> buttons().buttons(List.of(new ReplyButton("a", letters(n)))).build()),
        new Limit(
            "buttons.id",
            buttons.id(),
            "/buttons/0/id",
            n -> buttons().buttons(List.of(new ReplyButton(letters(n), "A"))).build()),
        new Limit("list.body", list.body(), "/text", n -> list().text(letters(n)).build()),
        new Limit("list.label", list.label(), "/button", n -> list().button(letters(n)).build()),
        new Limit("list.rows", list.rows(), "/sections/0/rows", n -> listOf(section("A", rows(n)))),
        new Limit("list.rows", list.rows(), "/sections", LimitsTest::rowsInTwoSections),
        new Limit("list.sections", list.sections(), "/sections", LimitsTest::manySections),
        new Limit(
            "list.sectionTitle",
            list.sectionTitle(),
            "/sections/0/title",
            n -> listOf(section(letters(n), rows(1)))),
        new Limit(
            "list.title",
            list.title(),
            "/sections/0/rows/0/title",
            n -> listOf(section("A", List.of(new ListRow("a", letters(n), null))))),
        new Limit(
            "list.description",
            list.description(),
            "/sections/0/rows/0/description",
            n -> listOf(section("A", List.of(new ListRow("a", "A", letters(n)))))),
        new Limit(
            "list.id",
            list.id(),
            "/sections/0/rows/0/id",
            n -> listOf(section("A", List.of(new ListRow(letters(n), "A", null))))),
        new Limit("cta.body", CAN.cta().body(), "/text", n -> cta().text(letters(n)).build()),
        new Limit(
            "cta.label",
            CAN.cta().label(),
            "/display_text",
            n -> cta().displayText(letters(n)).build()));
  }

  @TestFactory
  Stream<DynamicTest> whatIsBeyondALimitIsRefusedByItsNumber() {
    return limits().stream()
        .map(one -> DynamicTest.dynamicTest(one.name() + " at " + one.pointer(), () -> check(one)));
  }

  private static void check(Limit limit) {
    assertThat(ContentRules.check(limit.can(), limit.content().apply(limit.most()))).isEmpty();

    var refused = ContentRules.check(limit.can(), limit.content().apply(limit.most() + 1));

    assertThat(refused)
        .anySatisfy(
            error -> {
              assertThat(error.pointer()).isEqualTo(limit.pointer());
              assertThat(error.code()).startsWith("too_");
              assertThat(error.detail()).containsPattern("\\b" + limit.most() + "\\b");
            });
  }

  @Test
  void everyLimitHasACase() {
    var named = new HashSet<String>();
    limits().forEach(limit -> named.add(limit.name()));

    assertThat(named).isEqualTo(components(Capabilities.class, ""));
  }

  private static Set<String> components(Class<?> type, String prefix) {
    var names = new HashSet<String>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getType() == int.class) {
        names.add(prefix + component.getName());
      } else if (component.getType().isRecord()) {
        names.addAll(components(component.getType(), component.getName() + "."));
      }
    }
    return names;
  }

  private static String letters(int count) {
    return "é".repeat(count);
  }

  /// Two of them a letter, but for the last.
  private static String bytes(int count) {
    return letters(count / 2) + "e".repeat(count % 2);
  }

  private static ButtonsContent.Builder buttons() {
    return ButtonsContent.builder().text("?").buttons(List.of(new ReplyButton("a", "A")));
  }

  private static ListContent.Builder list() {
    return ListContent.builder()
        .text("?")
        .button("Open")
        .sections(List.of(section("A", List.of(new ListRow("a", "A", null)))));
  }

  private static CtaUrlContent.Builder cta() {
    return CtaUrlContent.builder().text("?").displayText("Go").url(LINK);
  }

  private static MessageContent manyButtons(int count) {
    return buttons()
        .buttons(
            IntStream.range(0, count).mapToObj(i -> new ReplyButton("b" + i, "B" + i)).toList())
        .build();
  }

  private static MessageContent manySections(int count) {
    return list()
        .sections(
            IntStream.range(0, count)
                .mapToObj(i -> section("S" + i, List.of(new ListRow("r" + i, "R", null))))
                .toList())
        .build();
  }

  private static MessageContent rowsInTwoSections(int count) {
    var rows = rows(count);
    return list()
        .sections(List.of(section("A", rows.subList(0, 5)), section("B", rows.subList(5, count))))
        .build();
  }

  private static MessageContent listOf(ListSection section) {
    return list().sections(List.of(section)).build();
  }

  private static ListSection section(String title, List<ListRow> rows) {
    return new ListSection(title, rows);
  }

  private static List<ListRow> rows(int count) {
    return IntStream.range(0, count).mapToObj(i -> new ListRow("r" + i, "Row " + i, null)).toList();
  }

  private static MessageContent cards(int count) {
    var card = ContactCard.builder().name(new ContactCardName("Ana", null, null)).build();
    return ContactsContent.builder()
        .contacts(IntStream.range(0, count).mapToObj(_ -> card).toList())
        .build();
  }
}
