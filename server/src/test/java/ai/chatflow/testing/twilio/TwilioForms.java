package ai.chatflow.testing.twilio;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes webhooks as Twilio does ("Twilio's request to your incoming message Webhook URL", "Track
/// the Message Status of Outbound Messages").
public final class TwilioForms {
  private TwilioForms() {}

  /// A message of a person.
  public static Map<String, String> message(
      String account, String sid, String from, String to, String body) {
    var form = new LinkedHashMap<String, String>();
    form.put("ToCountry", "US");
    form.put("ToState", "");
    form.put("SmsMessageSid", sid);
    form.put("NumMedia", "0");
    form.put("ToCity", "");
    form.put("FromZip", "94105");
    form.put("SmsSid", sid);
    form.put("FromState", "CA");
    form.put("SmsStatus", "received");
    form.put("FromCity", "SAN FRANCISCO");
    form.put("Body", body);
    form.put("FromCountry", "US");
    form.put("To", to);
    form.put("ToZip", "");
    form.put("NumSegments", "1");
    form.put("MessageSid", sid);
    form.put("AccountSid", account);
    form.put("From", from);
    form.put("ApiVersion", "2010-04-01");
    return form;
  }

  /// The same with files: pairs of address and type.
  public static Map<String, String> media(Map<String, String> message, String... pairs) {
    var form = new LinkedHashMap<>(message);
    form.put("NumMedia", String.valueOf(pairs.length / 2));
    for (int i = 0; i < pairs.length; i += 2) {
      form.put("MediaUrl" + i / 2, pairs[i]);
      form.put("MediaContentType" + i / 2, pairs[i + 1]);
    }
    return form;
  }

  /// What became of a message.
  ///
  /// @param errorCode empty where there is none
  public static Map<String, String> status(TwilioLog.Sent sent, String status, String errorCode) {
    var form = new LinkedHashMap<String, String>();
    form.put("SmsSid", sent.sid());
    form.put("SmsStatus", status);
    form.put("MessageStatus", status);
    form.put("To", sent.to());
    form.put("MessageSid", sent.sid());
    form.put("AccountSid", sent.account());
    form.put("From", sent.form().getOrDefault("From", "+15550783881"));
    form.put("ApiVersion", "2010-04-01");
    if (!errorCode.isEmpty()) {
      form.put("ErrorCode", errorCode);
    }
    return form;
  }

  public static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(
            field ->
                URLEncoder.encode(field.getKey(), StandardCharsets.UTF_8)
                    + "="
                    + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  /// Names and values of a form or query; none of an empty one.
  static List<Map.Entry<String, String>> decoded(String form) {
    var values = new ArrayList<Map.Entry<String, String>>();
    for (String pair : form.isEmpty() ? new String[0] : form.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      values.add(
          Map.entry(
              URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
              URLDecoder.decode(parts.length > 1 ? parts[1] : "", StandardCharsets.UTF_8)));
    }
    return values;
  }
}
