import java.io.File;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import net.openhft.chronicle.hash.VanillaGlobalMutableState;
import net.openhft.chronicle.values.ValueModel;

/**
 * A step of the build: makes two classes without which Chronicle Map would need a JDK, and more than a second, to make
 * its first map. {@code ChronicleStart} defines them.
 *
 * <ul>
 *   <li>{@code global-state.class.bin}: the class that Chronicle Map would otherwise generate and compile at run time.
 *       Chronicle's own generator writes its source, so that it belongs to the version that the build uses.
 *   <li>{@code no-compiler.class.bin}: what Chronicle's compiler asks for a compiler where there is none.
 * </ul>
 *
 * <p>Arguments: a directory to work in, and the directory that receives the classes.
 */
public final class ChronicleClasses {
    public static void main(String[] args) throws Exception {
        Path work = Path.of(args[0]);
        Path target = Path.of(args[1]);
        Files.createDirectories(work);
        Files.createDirectories(target);

        String state = VanillaGlobalMutableState.class.getSimpleName() + "$$Native";
        Method generator = Class.forName("net.openhft.chronicle.values.Generators")
                .getDeclaredMethod("generateNativeClass", ValueModel.class, String.class);
        generator.setAccessible(true);
        String stateSource = (String) generator.invoke(null, ValueModel.acquire(VanillaGlobalMutableState.class), state);
        compile(stateSource, state, work, List.of("--release", "17"));
        move(work, VanillaGlobalMutableState.class.getPackageName() + "." + state, target, "global-state.class.bin");

        // Without the module that has the real one: javac would not put a class into its package.
        String noCompiler = "package com.sun.tools.javac.api; public final class JavacTool {"
                + " public static javax.tools.JavaCompiler create() { return null; } }";
        compile(noCompiler, "JavacTool", work,
                List.of("-source", "17", "-target", "17", "--limit-modules", "java.compiler"));
        move(work, "com.sun.tools.javac.api.JavacTool", target, "no-compiler.class.bin");
    }

    private static void compile(String text, String name, Path work, List<String> moreOptions) {
        JavaFileObject source =
                new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return text;
                    }
                };
        List<String> options = new ArrayList<>(moreOptions);
        options.addAll(List.of(
                "-g:none", "-nowarn", "-proc:none", "-d", work.toString(),
                "-classpath", System.getProperty("java.class.path")));
        StringWriter messages = new StringWriter();
        boolean compiled = ToolProvider.getSystemJavaCompiler()
                .getTask(messages, null, null, options, null, List.of(source))
                .call();
        if (!compiled) {
            throw new IllegalStateException(name + " does not compile: " + messages + "\n" + text);
        }
    }

    private static void move(Path work, String className, Path target, String file) throws Exception {
        Path compiled = work.resolve(className.replace('.', File.separatorChar) + ".class");
        Files.write(target.resolve(file), Files.readAllBytes(compiled));
    }
}
