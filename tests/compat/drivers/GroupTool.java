import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.tools.consumer.group.ConsumerGroupCommand;

/**
 * Runs kafka-consumer-groups again and again in one process: starting Java each time takes longer than all the rest.
 * One command of line_protocol.py's form: {"do": "run", "arguments": [...]} -> what the tool printed.
 */
public class GroupTool {
    static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Exit.setExitProcedure((code, message) -> {
            throw new IllegalStateException("the tool ended with " + code);
        });
        ObjectNode hello = JSON.createObjectNode();
        hello.putObject("ok").put("client", "kafka-consumer-groups").put("version", "4.3.1");
        answers.println(hello);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            List<String> words = new ArrayList<>(List.of("--bootstrap-server", arguments[0]));
            for (JsonNode word : JSON.readTree(line).get("arguments")) words.add(word.asText());
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            PrintStream printed = new PrintStream(output, true, StandardCharsets.UTF_8);
            System.setOut(printed);
            System.setErr(printed);
            try {
                ConsumerGroupCommand.main(words.toArray(new String[0]));
            } catch (IllegalStateException ended) {
                printed.println(ended.getMessage());
            }
            answers.println(JSON.createObjectNode().put("ok", output.toString(StandardCharsets.UTF_8)));
        }
        Runtime.getRuntime().halt(0); // Exit would ask us
    }
}
