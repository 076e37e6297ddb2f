package io.karmadb.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * The states that a restart may find: what the store held after each command that was attempted, from the last one on
 * that must not be lost. Which that is depends on what is lost at the crash.
 *
 * <p><b>Threads:</b> any.
 */
final class History {
    private final List<ModelState> states;
    private int keptIfKilled;
    private int keptIfPowerFails;

    /** What was there before the store began anew and set it aside, or null. */
    private List<ModelState> setAside;

    /** Makes a history whose past is known only to be one of some states. */
    History(List<ModelState> past) {
        states = new ArrayList<>(past);
    }

    /** A command that leads to a state is about to be issued. */
    synchronized void attempt(ModelState state) {
        states.add(state);
    }

    /** The last attempt was refused: it has not been carried out and will not be found after a restart. */
    synchronized void retract() {
        states.remove(states.size() - 1);
    }

    /** Everything so far survives the end of the process. */
    synchronized void keptIfKilled() {
        keptIfKilled = states.size() - 1;
    }

    /** Everything so far survives anything. */
    synchronized void kept() {
        keptIfKilled = states.size() - 1;
        keptIfPowerFails = states.size() - 1;
    }

    /** Returns how many states there are, for {@link #keptUpTo}. */
    synchronized int size() {
        return states.size();
    }

    /** Everything up to a state survives anything; what has been attempted since may be lost. */
    synchronized void keptUpTo(int size) {
        keptIfKilled = Math.max(keptIfKilled, size - 1);
        keptIfPowerFails = Math.max(keptIfPowerFails, size - 1);
    }

    /** What is there is about to be set aside, and the store to begin empty. */
    synchronized void attemptToSetAside() {
        setAside = List.copyOf(states.subList(keptIfPowerFails, states.size()));
        states.add(ModelState.EMPTY);
    }

    /**
     * What may be found at some moment.
     *
     * @param states the possible ones if the power fails
     * @param firstIfKilled the index of the first one that is possible if the process is killed
     * @param setAside what is set aside is one of these, unless the store has one of them; null if nothing was
     */
    record Mark(List<ModelState> states, int firstIfKilled, List<ModelState> setAside) {
        /** Returns the history to go on with after a crash. */
        History after(Loss loss) {
            History history = new History(states);
            history.keptIfKilled = loss == Loss.NOTHING ? firstIfKilled : 0; // the power may still fail
            history.setAside = setAside;
            return history;
        }
    }

    synchronized Mark mark() {
        List<ModelState> possible = List.copyOf(states.subList(keptIfPowerFails, states.size()));
        return new Mark(possible, keptIfKilled - keptIfPowerFails, setAside);
    }

    /** Says whether a restart may find a state. */
    synchronized boolean allows(ModelState found) {
        return states.subList(keptIfKilled, states.size()).stream().anyMatch(found::same);
    }

    /** Says whether something was set aside that is not what the store has. */
    synchronized boolean mustHaveSetAside(ModelState found) {
        return setAside != null
                && setAside.stream().noneMatch(found::same)
                && setAside.stream().noneMatch(ModelState.EMPTY::same);
    }

    /** Says whether a state is what may have been set aside. */
    synchronized boolean allowsAside(ModelState found) {
        return setAside.stream().anyMatch(found::same);
    }

    @Override
    public synchronized String toString() {
        return "possible=" + states.subList(keptIfKilled, states.size()) + ", setAside=" + setAside;
    }
}
