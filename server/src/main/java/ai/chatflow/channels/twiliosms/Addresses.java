package ai.chatflow.channels.twiliosms;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.channels.Hooks;
import ai.chatflow.channels.wire.Form;
import ai.chatflow.channels.wire.MalformedWebhook;
import ai.chatflow.platform.ids.HookId;
import ai.chatflow.platform.ids.MessageId;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// The addresses that Twilio is given. Its signatures are over them, so they are built here and
/// nowhere else; what a proxy made of them on the way does not count.
record Addresses(URI publicUrl) {
  /// Names our message in the address of its statuses, which Twilio carries along.
  static final String MESSAGE = "message";

  /// Where a hook's webhooks come in.
  URI hook(HookId hook) {
    return publicUrl.resolve(Hooks.path(ChannelType.TWILIO_SMS) + hook);
  }

  /// Where what becomes of a message comes in.
  URI statuses(HookId hook, MessageId message) {
    return URI.create(hook(hook) + "?" + MESSAGE + "=" + message);
  }

  /// The address that was posted to.
  ///
  /// @param query as it came; null when there was none
  URI posted(HookId hook, @Nullable String query) {
    URI address = hook(hook);
    try {
      return query == null ? address : URI.create(address + "?" + query);
    } catch (IllegalArgumentException _) {
      // none that we gave anybody
      return address;
    }
  }

  /// A parameter of a query; null when it has none.
  static @Nullable String parameter(@Nullable String query, String name) {
    try {
      return query == null ? null : Form.parse(query).first(name);
    } catch (MalformedWebhook _) {
      return null;
    }
  }
}
