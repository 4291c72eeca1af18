package ai.chatflow.channels.wire;

/// One item of a webhook does not have the shape of its kind. Never leaves a parser: the item is
/// kept whole as something else.
public final class UnreadableItem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String detail;

  public UnreadableItem(String detail) {
    super(detail, null, false, false);
    this.detail = detail;
  }

  public String detail() {
    return detail;
  }
}
