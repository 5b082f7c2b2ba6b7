package dev.atelier.server.studio;

import dev.atelier.models.pipeline.PromptCounter;
import dev.atelier.server.downloads.Downloads;
import dev.atelier.server.events.EventsSocket;
import dev.atelier.server.gallery.Gallery;
import dev.atelier.server.inputs.InputStore;
import dev.atelier.server.jobs.JobQueue;
import dev.atelier.server.pluginjobs.PluginJobs;
import dev.atelier.server.plugins.PluginHost;
import dev.atelier.server.status.SystemControl;

/**
 * Everything that a request can reach.
 *
 * @param version Atelier's version
 * @param jobs the queue
 * @param gallery the pictures
 * @param inputs the pictures that jobs begin with
 * @param models the models on disk
 * @param downloads getting more of them
 * @param prompts measures prompts
 * @param system what the studio is doing right now, and its memory
 * @param events the WebSocket that carries events to the pages
 * @param plugins the plugins
 * @param pluginJobs their long work
 */
public record Studio(
    String version,
    JobQueue jobs,
    Gallery gallery,
    InputStore inputs,
    ModelLibrary models,
    Downloads downloads,
    PromptCounter prompts,
    SystemControl system,
    EventsSocket events,
    PluginHost plugins,
    PluginJobs pluginJobs) {}
