package ai.chatflow.channels.twiliosms;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.channels.Secret;
import ai.chatflow.channels.wire.Form;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// The vectors are those of Twilio's own libraries (twilio-java, `RequestValidatorTest`).
class TwilioSignatureTest {
  private static final Secret TOKEN = new Secret("12345");
  private static final String URL = "https://mycompany.com/myapp.php?foo=1&bar=2";
  private static final String SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
  private static final Form FORM =
      Form.parse(
          "To=%2B18005551212&From=%2B14158675309&Digits=1234&Caller=%2B14158675309"
              + "&CallSid=CA1234567890ABCDE");

  @Test
  void aFormIsSignedWithItsAddress() {
    assertThat(matches(URL, FORM, SIGNATURE)).isTrue();
    assertThat(matches(URL, FORM, " " + SIGNATURE)).isTrue();
    assertThat(matches(URL, FORM, "")).isFalse();
    assertThat(matches(URL, FORM, null)).isFalse();
    assertThat(matches(URL, FORM, "R" + SIGNATURE)).isFalse();
    assertThat(TwilioSignature.matches(new Secret("12346"), URI.create(URL), FORM, SIGNATURE))
        .isFalse();
  }

  @Test
  void theAddressCountsToItsLastCharacter() {
    for (String other :
        new String[] {
          "http://mycompany.com/myapp.php?foo=1&bar=2",
          "https://mycompany.com/myapp.php?bar=2&foo=1",
          "https://mycompany.com/myapp.php",
          "https://mycompany.com/myapp.php?foo=1&bar=3",
          "https://mycompany.org/myapp.php?foo=1&bar=2"
        }) {
      assertThat(matches(other, FORM, SIGNATURE)).as(other).isFalse();
    }
  }

  @Test
  void thePortMayBeSignedOrLeftOut() {
    assertThat(matches(URL.replace(".com", ".com:1234"), FORM, SIGNATURE)).isTrue();
    // signed over …com:443/…
    assertThat(matches(URL, FORM, "kvajT1Ptam85bY51eRf/AJRuM3w=")).isTrue();
    assertThat(matches(URL.replace("https", "http"), FORM, "kvajT1Ptam85bY51eRf/AJRuM3w="))
        .isFalse();
  }

  @Test
  void eachFieldCounts() {
    String form = FORM.encoded();
    for (String other :
        new String[] {
          form + "&More=1",
          form.replace("1234&", "1235&"),
          form.replace("&Digits=1234", ""),
          form.replace("Digits", "digits")
        }) {
      assertThat(matches(URL, Form.parse(other), SIGNATURE)).as(other).isFalse();
    }
  }

  @Test
  void aBodyThatIsNoFormIsSignedByItsHash() {
    byte[] body = "{\"property\": \"value\", \"boolean\": true}".getBytes(StandardCharsets.UTF_8);
    String hash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";

    assertThat(TwilioSignature.isHashOf(body, hash)).isTrue();
    assertThat(matches(URL + "&bodySHA256=" + hash, null, "a9nBmqA0ju/hNViExpshrM61xv4=")).isTrue();
    assertThat(matches(URL, null, "a9nBmqA0ju/hNViExpshrM61xv4=")).isFalse();
    body[3]++;
    assertThat(TwilioSignature.isHashOf(body, hash)).isFalse();
    assertThat(TwilioSignature.isHashOf(body, "")).isFalse();
  }

  private static boolean matches(
      String url,
      @org.jspecify.annotations.Nullable Form form,
      @org.jspecify.annotations.Nullable String header) {
    return TwilioSignature.matches(TOKEN, URI.create(url), form, header);
  }
}
