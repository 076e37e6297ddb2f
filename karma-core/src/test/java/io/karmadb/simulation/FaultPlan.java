package io.karmadb.simulation;

import java.nio.file.Path;

/** Makes one operation of a kind go wrong, or that one and all after it. */
final class FaultPlan implements DiskListener {
    private final Operation kind;
    private final Fault fault;
    private final int number;
    private final boolean forGood;
    private int seen;
    private String met;

    /**
     * Makes a plan.
     *
     * @param number which operation of the kind, 1 for the first
     * @param forGood whether those after it go wrong, too
     */
    FaultPlan(Operation kind, Fault fault, int number, boolean forGood) {
        this.kind = kind;
        this.fault = fault;
        this.number = number;
        this.forGood = forGood;
    }

    @Override
    public synchronized Fault before(Operation operation, Path path) {
        if (operation != kind) {
            return null;
        }
        seen++;
        if (seen == number) {
            met = path.toString();
        }
        return seen == number || forGood && seen > number ? fault : null;
    }

    /** Says whether it has come to that. */
    synchronized boolean wasMet() {
        return met != null;
    }

    @Override
    public synchronized String toString() {
        return "kind=" + kind + ", fault=" + fault + ", number=" + number + ", forGood=" + forGood + ", path=" + met;
    }
}
