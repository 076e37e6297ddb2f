package io.karmadb.counter;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;

class OnHeapHistoryTest extends HistoryContractTest {
    @Override
    History open() {
        return new OnHeapHistory();
    }

    @Example
    void whatIsDeletedLeavesNothingBehind() {
        try (History history = open()) {
            HistoryModel model = new HistoryModel(history);
            long before = 0;
            for (int cycle = 0; cycle < 5; cycle++) {
                for (int key = 0; key < 5_000; key++) {
                    model.put(key, 20260101 + cycle, -1);
                }
                for (int key = 0; key < 5_000; key++) {
                    model.delete(key, 0, Integer.MAX_VALUE);
                }
                if (cycle == 0) {
                    before = history.bytes();
                }
            }
            assertThat(history.bytes()).isEqualTo(before).isLessThan(30_000);
        }
    }

    @Example
    void closingLetsGoOfEverything() {
        History history = open();
        long empty = history.bytes();
        for (int key = 0; key < 1_000; key++) {
            history.put(key, History.NOWHERE, 20261123, 1);
        }
        assertThat(history.bytes()).isGreaterThan(empty);
        history.close();
        assertThat(history.bytes()).isEqualTo(empty);
    }
}
