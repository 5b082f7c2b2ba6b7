/**
 * Reads Python's pickles and the zip archives that {@code torch.save} puts them in, without Python
 * and without running anything: a pickle is a program, and this is an interpreter of the few of its
 * instructions that only describe data. Files are user input: what is not on the list is refused by
 * name, and nothing is allocated because a number in the file says so.
 */
package dev.atelier.models.weights.pickle;
