package ai.chatflow.sdk;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What callers can compile against: all that is public in the exported packages, a line each.
final class ApiSurface {
  private static final Set<String> EXPORTED =
      Set.of(
          "ai.chatflow.sdk",
          "ai.chatflow.sdk.api",
          "ai.chatflow.sdk.errors",
          "ai.chatflow.sdk.model");
  private static final Set<String> OF_EVERY_OBJECT =
      Set.of("equals", "hashCode", "toString", "values", "valueOf");

  private ApiSurface() {}

  static Set<String> exported() {
    return EXPORTED;
  }

  static List<String> lines(Path classes) throws IOException {
    Set<String> lines = new TreeSet<>();
    for (Class<?> type : types(classes)) {
      String name = type.getName().substring("ai.chatflow.sdk.".length()).replace('$', '.');
      lines.add(name + " : " + header(type));
      members(type).forEach(member -> lines.add(name + " " + member));
    }
    return List.copyOf(lines);
  }

  private static List<Class<?>> types(Path classes) throws IOException {
    List<Class<?>> types = new ArrayList<>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        String name = classes.relativize(file).toString().replace('/', '.').replace(".class", "");
        int end = name.lastIndexOf('.');
        if (end > 0 && EXPORTED.contains(name.substring(0, end)) && !name.endsWith("-info")) {
          addIfPublic(name, types);
        }
      }
    }
    return types;
  }

  private static void addIfPublic(String name, List<Class<?>> types) {
    try {
      Class<?> type = Class.forName(name, false, ApiSurface.class.getClassLoader());
      if (isVisible(type)) {
        types.add(type);
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isVisible(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return Modifier.isPublic(type.getModifiers())
        && !type.isAnonymousClass()
        && !type.isSynthetic()
        && (outer == null || isVisible(outer));
  }

  private static String header(Class<?> type) {
    String kind =
        type.isRecord()
            ? "record"
            : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class";
    String shape =
        Modifier.isFinal(type.getModifiers())
            ? "final "
            : Modifier.isAbstract(type.getModifiers()) && !type.isInterface() ? "abstract " : "";
    List<Type> parents = new ArrayList<>();
    Type base = type.getGenericSuperclass();
    if (base != null && !type.isRecord() && !type.isEnum() && base != Object.class) {
      parents.add(base);
    }
    parents.addAll(Arrays.asList(type.getGenericInterfaces()));
    return shape + kind + (parents.isEmpty() ? "" : " of " + names(parents));
  }

  private static Collection<String> members(Class<?> type) {
    Set<String> members = new TreeSet<>();
    for (Field field : type.getDeclaredFields()) {
      if (isOffered(field, type)) {
        members.add("." + field.getName() + " : " + name(field.getGenericType()));
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (isOffered(constructor, type) && isUsable(constructor)) {
        members.add("new" + parameters(constructor));
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      if (isOffered(method, type) && !OF_EVERY_OBJECT.contains(method.getName())) {
        if (isUsable(method)) {
          members.add("." + method.getName() + parameters(method) + " : " + result(method));
        }
      }
    }
    return members;
  }

  private static boolean isOffered(Member member, Class<?> type) {
    int modifiers = member.getModifiers();
    boolean inherited = Modifier.isProtected(modifiers) && !Modifier.isFinal(type.getModifiers());
    return (Modifier.isPublic(modifiers) || inherited) && !member.isSynthetic();
  }

  /// What takes a type that is not exported is for the client itself.
  private static boolean isUsable(Executable member) {
    return Arrays.stream(member.getParameterTypes())
        .noneMatch(type -> type.getName().startsWith("ai.chatflow.sdk.core."));
  }

  private static String result(Method method) {
    return (Modifier.isStatic(method.getModifiers()) ? "static " : "")
        + (Modifier.isAbstract(method.getModifiers()) ? "abstract " : "")
        + name(method.getGenericReturnType());
  }

  private static String parameters(Executable member) {
    return Arrays.stream(member.getParameters())
        .map(Parameter::getParameterizedType)
        .map(ApiSurface::name)
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private static String names(List<Type> types) {
    return types.stream().map(ApiSurface::name).collect(Collectors.joining(", "));
  }

  private static String name(Type type) {
    return type.getTypeName().replaceAll("\\b[a-z]\\w*\\.", "").replace('$', '.');
  }
}
