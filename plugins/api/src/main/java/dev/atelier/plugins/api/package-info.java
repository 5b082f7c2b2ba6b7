/**
 * What a plugin may do. A plugin is one jar with one {@link dev.atelier.plugins.api.AtelierPlugin},
 * which declares {@link dev.atelier.plugins.api.Contributions} when it is started; the host wires
 * them and takes them away again, while pictures are being made.
 *
 * <p>The package is versioned semantically, see {@link dev.atelier.plugins.api.ApiVersion}. What a
 * plugin implements grows by methods with a default only. There is nothing of the web server and no
 * tensor in a signature; beside this package a plugin sees {@code dev.atelier.models}, whose
 * classes are not part of the promise but for those that a signature here names.
 */
package dev.atelier.plugins.api;
