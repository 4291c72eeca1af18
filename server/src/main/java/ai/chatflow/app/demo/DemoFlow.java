package ai.chatflow.app.demo;

import ai.chatflow.sdk.model.AnswerValidation;
import ai.chatflow.sdk.model.AnswerValidationKind;
import ai.chatflow.sdk.model.ButtonReplyContent;
import ai.chatflow.sdk.model.ButtonsContent;
import ai.chatflow.sdk.model.ButtonsNode;
import ai.chatflow.sdk.model.EndNode;
import ai.chatflow.sdk.model.FlowButton;
import ai.chatflow.sdk.model.FlowDefinition;
import ai.chatflow.sdk.model.KeywordTrigger;
import ai.chatflow.sdk.model.MessageContent;
import ai.chatflow.sdk.model.MessageNode;
import ai.chatflow.sdk.model.QuestionNode;
import ai.chatflow.sdk.model.ReplyButton;
import ai.chatflow.sdk.model.TextContent;
import java.util.stream.Collectors;

/// The flow of the demo: a question, buttons, and an answer for each.
final class DemoFlow {
  private DemoFlow() {}

  static FlowDefinition on(String channelId) {
    return FlowDefinition.builder()
        .start("ask")
        .nodes(
            QuestionNode.builder()
                .id("ask")
                .text("Welcome to Lucky Shrub! What is your name?")
                .variable("name")
                .validation(
                    AnswerValidation.builder().kind(AnswerValidationKind.TEXT).min(2.0).build())
                .next("menu")
                .build(),
            ButtonsNode.builder()
                .id("menu")
                .text("Nice to meet you, {{ variables.name }}! How can we help?")
                .buttons(button("order", "Where is my order?"), button("care", "Plant care"))
                .build(),
            says("order", "It left our greenhouse this morning, {{ variables.name }}."),
            says("care", "Bright light, little water. That is all a succulent asks for."),
            EndNode.builder().id("end").build())
        .triggers(KeywordTrigger.builder().keywords("hello").channelIds(channelId).build())
        .build();
  }

  private static FlowButton button(String id, String title) {
    return FlowButton.builder().id(id).title(title).next(id).build();
  }

  private static MessageNode says(String id, String text) {
    return MessageNode.builder().id(id).content(TextContent.of(text)).next("end").build();
  }

  static String text(MessageContent content) {
    return switch (content) {
      case TextContent text -> text.text();
      case ButtonReplyContent reply -> "(presses) " + reply.title();
      case ButtonsContent buttons ->
          buttons.text()
              + buttons.buttons().stream()
                  .map(ReplyButton::title)
                  .collect(Collectors.joining("]  [", "  [", "]"));
      default -> content.toString();
    };
  }
}
