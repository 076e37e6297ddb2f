import java.io.File;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import net.openhft.chronicle.hash.VanillaGlobalMutableState;
import net.openhft.chronicle.values.ValueModel;

/**
 * A step of the build: makes the class that Chronicle Map would otherwise generate and compile when its first map is
 * made, which takes more than a second and needs a JDK. Chronicle's own generator writes the source, so that the class
 * belongs to the version that the build uses.
 *
 * <p>Arguments: a new directory to work in, and the file that receives the class.
 */
public final class GlobalStateClass {
    private static final String NAME = VanillaGlobalMutableState.class.getSimpleName() + "$$Native";

    public static void main(String[] args) throws Exception {
        Path work = Path.of(args[0]);
        Path target = Path.of(args[1]);
        Files.createDirectories(work);
        Files.createDirectories(target.getParent());

        Method generator = Class.forName("net.openhft.chronicle.values.Generators")
                .getDeclaredMethod("generateNativeClass", ValueModel.class, String.class);
        generator.setAccessible(true);
        String text = (String) generator.invoke(null, ValueModel.acquire(VanillaGlobalMutableState.class), NAME);

        JavaFileObject source =
                new SimpleJavaFileObject(URI.create("string:///" + NAME + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return text;
                    }
                };
        StringWriter messages = new StringWriter();
        List<String> options = List.of(
                "--release", "17", "-g:none", "-nowarn", "-proc:none", "-d", work.toString(),
                "-classpath", System.getProperty("java.class.path"));
        boolean compiled = ToolProvider.getSystemJavaCompiler()
                .getTask(messages, null, null, options, null, List.of(source))
                .call();
        if (!compiled) {
            throw new IllegalStateException("the generated source does not compile: " + messages + "\n" + text);
        }
        String path = VanillaGlobalMutableState.class.getPackageName().replace('.', File.separatorChar);
        Files.write(target, Files.readAllBytes(work.resolve(path).resolve(NAME + ".class")));
    }
}
