package ai.chatflow;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.OnlyIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.net.http.HttpClient;
import org.junit.jupiter.api.Disabled;

/// What tests may not do.
@AnalyzeClasses(packages = "ai.chatflow", importOptions = OnlyIncludeTests.class)
class TestRulesTest {
  @ArchTest
  static final ArchRule TESTS_USE_FAKES_AND_NO_MOCKS =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.mockito..", "org.easymock..", "lombok..")
          .because("a fake holds to the contract of what it stands for");

  @ArchTest
  static final ArchRule NOTHING_SLEEPS =
      noClasses()
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", java.time.Duration.class)
          .because("tests move time or wait for a condition");

  @ArchTest
  static final ArchRule NOTHING_WAITS_FOR_A_CLIENT_TO_END =
      noClasses()
          .should()
          .callMethod(HttpClient.class, "close")
          .because("it waits without end when a server dies under a request: shutdownNow()");

  @ArchTest
  static final ArchRule NO_TEST_IS_SWITCHED_OFF =
      noClasses()
          .that()
          .areNotAssignableTo(TestRulesTest.class)
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Disabled.class)
          .because("a test that does not run proves nothing");
}
