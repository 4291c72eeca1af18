package ai.chatflow.platform.mail;

import java.util.regex.Pattern;

/// Which e-mail addresses are accepted: the plain ones, in ASCII. No quotes, no comments, no names
/// and nothing that could end a header or a command.
public final class Addresses {
  private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
  private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?=.{1,254}$)(?=[^@]{1,64}@)%1$s(?:\\.%1$s)*@%2$s(?:\\.%2$s)*".formatted(ATOM, LABEL));

  private Addresses() {}

  public static boolean valid(String address) {
    return ADDRESS.matcher(address).matches();
  }
}
