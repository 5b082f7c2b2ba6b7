package dev.atelier.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.atelier.models.pipeline.TextToImage;
import java.io.ObjectInputStream;
import org.junit.jupiter.api.Test;

/**
 * The arrows between the rooms. Each rule is checked by hand in a plain test: ArchUnit's own test
 * engine is not on the class path, and a rule that it never saw would pass for ever.
 */
class ArchitectureTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.atelier");

  @Test
  void modelsKnowNothingAboveThem() {
    noClasses()
        .that()
        .resideInAPackage("dev.atelier.models..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.atelier.server..", "dev.atelier.plugins..", "io.vertx..")
        .check(HOUSE);
  }

  @Test
  void pluginsSeeTheModelsAndTheirOwnApiOnly() {
    noClasses()
        .that()
        .resideInAPackage("dev.atelier.plugins..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.atelier.server..", "io.vertx..", "io.netty..")
        .check(HOUSE);
  }

  @Test
  void serverOwnsNoTensor() {
    noClasses()
        .that()
        .resideInAPackage("dev.atelier.server..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl.ndarray..", "ai.djl.pytorch..", "ai.djl.nn..")
        .check(HOUSE);
  }

  @Test
  void onlyTheGpuWorkerMakesPictures() {
    noClasses()
        .that()
        .resideInAPackage("dev.atelier.server..")
        .and()
        .resideOutsideOfPackage("dev.atelier.server.gpu..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(TextToImage.class)
        .because("the engine belongs to one thread a device")
        .check(HOUSE);
  }

  @Test
  void modelsHaveNoCycles() {
    slices().matching("dev.atelier.models.(*)..").should().beFreeOfCycles().check(HOUSE);
  }

  @Test
  void nothingIsCalledUtils() {
    classes()
        .should()
        .haveNameNotMatching(".*\\.[A-Za-z]*(Utils?|Helpers?)(\\$.*)?")
        .because("a name says what a class is for")
        .check(HOUSE);
  }

  @Test
  void nothingIsDeserialised() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ObjectInputStream.class)
        .because("a user's file must never execute")
        .check(HOUSE);
  }

  @Test
  void onlyTheCommandLineWritesToTheTerminal() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.atelier.server.cli..")
        .should(ACCESS_STANDARD_STREAMS)
        .because("standard output carries one line, and everything else is a log event")
        .check(HOUSE);
  }
}
