package ai.chatflow.channels.whatsappcloud;

/// One item of a webhook does not have the shape of its kind. Never leaves the parser: the item is
/// kept whole as something else.
final class UnreadableItem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String detail;

  UnreadableItem(String detail) {
    super(detail, null, false, false);
    this.detail = detail;
  }

  String detail() {
    return detail;
  }
}
