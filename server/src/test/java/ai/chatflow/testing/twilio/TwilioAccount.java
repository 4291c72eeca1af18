package ai.chatflow.testing.twilio;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// An account that the simulator plays: its token, and its numbers as resources of Twilio.
public final class TwilioAccount {
  private static final ObjectMapper JSON = new ObjectMapper();

  final String sid;
  final Map<String, ObjectNode> numbers = new LinkedHashMap<>();
  final Set<String> services = ConcurrentHashMap.newKeySet();
  private volatile String token;
  private volatile String status = "active";

  TwilioAccount(String sid, String token) {
    this.sid = sid;
    this.token = token;
  }

  public String token() {
    return token;
  }

  /// From now on only this token lets in and signs.
  public void renews(String newToken) {
    token = newToken;
  }

  /// From now on the account is `active`, `suspended` or `closed`.
  public void is(String newStatus) {
    status = newStatus;
  }

  /// The account has this number.
  public TwilioAccount owns(String number) {
    ObjectNode resource = JSON.createObjectNode();
    resource.put("sid", "PN" + "%032x".formatted(Long.parseLong(number.substring(1))));
    resource.put("account_sid", sid).put("phone_number", number).put("origin", "twilio");
    resource.put("sms_url", "").put("sms_method", "POST").put("sms_fallback_url", "");
    resource.put("sms_fallback_method", "POST").putNull("sms_application_sid");
    resource.putObject("capabilities").put("sms", true).put("mms", true).put("voice", true);
    synchronized (numbers) {
      numbers.put(number, resource);
    }
    return this;
  }

  /// The account has this messaging service.
  public TwilioAccount serves(String service) {
    services.add(service);
    return this;
  }

  /// The number as Twilio shows it; null when it is none of the account's.
  public @Nullable ObjectNode number(String number) {
    synchronized (numbers) {
      return numbers.get(number);
    }
  }

  /// The account as Twilio shows it.
  public ObjectNode resource() {
    return JSON.createObjectNode()
        .put("sid", sid)
        .put("status", status)
        .put("friendly_name", "Shop")
        .put("type", "Full")
        .put("uri", "/2010-04-01/Accounts/" + sid + ".json");
  }

  ObjectNode page(@Nullable String number) {
    ObjectNode page = JSON.createObjectNode().put("page", 0).put("page_size", 5);
    var found = page.putArray("incoming_phone_numbers");
    synchronized (numbers) {
      numbers.forEach(
          (key, resource) -> {
            if (number == null || key.contains(number)) {
              found.add(resource.deepCopy());
            }
          });
    }
    return page;
  }

  /// @return the number as it is now; null when there is none
  @Nullable ObjectNode update(String numberSid, Map<String, String> form) {
    synchronized (numbers) {
      for (ObjectNode resource : numbers.values()) {
        if (resource.path("sid").asText().equals(numberSid)) {
          put(resource, "sms_url", form.get("SmsUrl"));
          put(resource, "sms_method", form.get("SmsMethod"));
          put(resource, "sms_fallback_url", form.get("SmsFallbackUrl"));
          put(resource, "sms_fallback_method", form.get("SmsFallbackMethod"));
          return resource.deepCopy();
        }
      }
    }
    return null;
  }

  private static void put(ObjectNode resource, String name, @Nullable String value) {
    if (value != null) {
      resource.put(name, value);
    }
  }
}
