package io.karmadb.simulation;

import io.karmadb.Durability;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Makes the first, second, third, ... operation of each kind go wrong in each way, until a run meets none, and restarts
 * after each run. {@code -Dkarma.simulation.seed} runs other commands.
 */
@Tag("exhaustive")
class StoreFaultTest {
    private static final long[] SEEDS = {2, 3};

    @BeforeAll
    static void expectCrashes() {
        CrashError.expectInThreads();
    }

    private record Case(long seed, Fault fault, boolean forGood) {}

    @ParameterizedTest
    @EnumSource(Operation.class)
    void aFailedOperationLosesNothingThatWasAcknowledgedAndTheClientKnows(Operation operation) {
        Long only = Long.getLong("karma.simulation.seed");
        List<Case> cases = new ArrayList<>();
        for (long seed : only == null ? SEEDS : new long[] {only}) {
            for (Fault fault : Fault.values()) {
                if (canHappen(operation, fault)) {
                    cases.add(new Case(seed, fault, false));
                }
            }
            cases.add(new Case(seed, Fault.ERROR_BEFORE, true));
        }
        cases.parallelStream().forEach(one -> failEach(operation, one));
    }

    private static boolean canHappen(Operation operation, Fault fault) {
        return switch (fault) {
            case ERROR_BEFORE -> true;
            case ERROR_AFTER, NO_SPACE -> operation.changes();
            case SHORT -> operation == Operation.READ || operation == Operation.WRITE;
        };
    }

    private static void failEach(Operation operation, Case one) {
        boolean met = true;
        for (int number = 1; met; number++) {
            FaultPlan plan = new FaultPlan(operation, one.fault, number, one.forGood);
            try {
                FaultRun run = new FaultRun(one.seed, one.seed % 3 == 0 ? Durability.WRITE : Durability.FSYNC);
                run.prepare();
                run.runWith(plan);
                run.restart();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("-Dkarma.simulation.seed=" + one.seed + ", " + plan + ": " + e, e);
            }
            met = plan.wasMet();
        }
    }
}
