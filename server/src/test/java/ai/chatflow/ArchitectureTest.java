package ai.chatflow;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Random;
import java.util.Set;

/// Which feature may use which, and what nobody may use.
@AnalyzeClasses(
    packages = "ai.chatflow",
    importOptions = {DoNotIncludeTests.class, ArchitectureTest.DoNotIncludeSdk.class})
class ArchitectureTest {
  /// The SDK is a module with rules of its own; the demo is written with it.
  static final class DoNotIncludeSdk implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/ai/chatflow/sdk/");
    }
  }

  private static final String ROOT = "ai.chatflow";
  private static final Set<String> OPEN = Set.of("api", "platform");
  private static final Tiers TIERS = Tiers.read();

  @ArchTest
  static final ArchRule EVERY_PACKAGE_BELONGS_TO_A_KNOWN_FEATURE =
      classes()
          .should(
              condition(
                  "belong to a feature of tiers.txt",
                  (type, events) -> {
                    var feature = feature(type);
                    if (!feature.equals("api") && !TIERS.features().contains(feature)) {
                      violated(events, type, type.getName() + " is in no known feature");
                    }
                  }))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule A_FEATURE_USES_ONLY_WHAT_STANDS_BEFORE_IT =
      classes()
          .that(areNotGenerated())
          .should(
              condition(
                  "use only features that stand before their own in tiers.txt",
                  (type, events) ->
                      type.getDirectDependenciesFromSelf().stream()
                          .filter(ArchitectureTest::leavesItsFeature)
                          .filter(
                              use -> !TIERS.mayUse(feature(type), feature(use.getTargetClass())))
                          .forEach(use -> violated(events, type, use.getDescription()))))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule OTHERS_SEE_ONLY_THE_ROOT_PACKAGE_OF_A_FEATURE =
      classes()
          .that(areNotGenerated())
          .and()
          .resideOutsideOfPackage(ROOT + ".app..")
          .should(
              condition(
                  "see only root packages of other features",
                  (type, events) ->
                      type.getDirectDependenciesFromSelf().stream()
                          .filter(ArchitectureTest::leavesItsFeature)
                          .filter(use -> !isInRootPackage(use.getTargetClass()))
                          .forEach(use -> violated(events, type, use.getDescription()))))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES =
      slices()
          .matching(ROOT + ".(**)")
          .should()
          .beFreeOfCycles()
          .ignoreDependency(areGenerated(), DescribedPredicate.alwaysTrue())
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule TIME_COMES_FROM_AN_INSTANT_SOURCE =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + ".platform.time..", ROOT + ".app..")
          .should()
          .callMethodWhere(readsTheMachinesClock())
          .because("tests move time: take an InstantSource");

  @ArchTest
  static final ArchRule CHANCE_IS_A_PARAMETER =
      noClasses()
          .should()
          .callConstructor(Random.class)
          .orShould()
          .callMethod(Math.class, "random")
          .because("tests repeat: take a RandomGenerator");

  @ArchTest
  static final ArchRule OUTGOING_HTTP_GOES_THROUGH_THE_GUARDED_CLIENT =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + ".platform.client..", ROOT + ".channels..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.net.http..")
          .because("platform.client refuses private addresses and sets time-outs");

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_CLASS_DOES =
      classes()
          .that(areNotGenerated())
          .should()
          .haveNameNotMatching(".*[a-z0-9](Manager|Helper|Util|Utils|Impl|Base|Dto)(\\$.*)?")
          .because("these names say nothing");

  private static boolean leavesItsFeature(Dependency use) {
    var target = use.getTargetClass();
    return target.getPackageName().startsWith(ROOT + ".")
        && !OPEN.contains(feature(target))
        && !isDemo(use)
        && !feature(target).equals(feature(use.getOriginClass()));
  }

  /// The demo of `app` is written with the SDK; nobody else may use that.
  private static boolean isDemo(Dependency use) {
    return feature(use.getTargetClass()).equals("sdk")
        && feature(use.getOriginClass()).equals("app");
  }

  private static String feature(JavaClass type) {
    var name = type.getPackageName();
    return name.startsWith(ROOT + ".")
        ? name.substring(ROOT.length() + 1).split("\\.", 2)[0]
        : "(none)";
  }

  private static boolean isInRootPackage(JavaClass type) {
    return type.getPackageName().equals(ROOT + "." + feature(type));
  }

  private static DescribedPredicate<JavaClass> areGenerated() {
    return DescribedPredicate.describe(
        "are generated", type -> type.getPackageName().startsWith(ROOT + ".api"));
  }

  private static DescribedPredicate<JavaClass> areNotGenerated() {
    return DescribedPredicate.not(areGenerated());
  }

  private static DescribedPredicate<JavaAccess<?>> readsTheMachinesClock() {
    return DescribedPredicate.describe(
        "reads the machine's clock", access -> readsClock(access.getTarget()));
  }

  private static boolean readsClock(AccessTarget target) {
    var owner = target.getOwner();
    var name = target.getName();
    return owner.getPackageName().equals("java.time") && Set.of("now", "system").contains(name)
        || owner.getName().equals("java.time.Clock") && name.startsWith("system")
        || owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis");
  }

  private static ArchCondition<JavaClass> condition(String text, Check check) {
    return new ArchCondition<>(text) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        check.run(type, events);
      }
    };
  }

  private static void violated(ConditionEvents events, JavaClass type, String message) {
    events.add(SimpleConditionEvent.violated(type, message));
  }

  private interface Check {
    void run(JavaClass type, ConditionEvents events);
  }
}
